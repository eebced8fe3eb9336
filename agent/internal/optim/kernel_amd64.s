#include "textflag.h"

// func updateAVX(k *scalars, keep float32, w, d, m, v *float32, n int)
//
// The operations and their order are those of (*scalars).update, so the bits
// are the same. n is a multiple of 8.
TEXT ·updateAVX(SB), NOSPLIT, $0-56
	MOVQ         k+0(FP), AX
	VBROADCASTSS keep+8(FP), Y0
	VBROADCASTSS 0(AX), Y1  // scale
	VBROADCASTSS 4(AX), Y2  // mix1
	VBROADCASTSS 8(AX), Y3  // mix2
	VBROADCASTSS 12(AX), Y4 // rate
	VBROADCASTSS 16(AX), Y5 // inv2
	VBROADCASTSS 20(AX), Y6 // eps
	MOVQ         w+16(FP), DI
	MOVQ         d+24(FP), SI
	MOVQ         m+32(FP), BX
	MOVQ         v+40(FP), DX
	MOVQ         n+48(FP), CX
	SHLQ         $2, CX
	XORQ         R8, R8     // offset in bytes

loop:
	CMPQ    R8, CX
	JGE     done
	VMOVUPS (SI)(R8*1), Y7
	VMULPS  Y1, Y7, Y7           // x = g scale
	VMOVUPS (BX)(R8*1), Y8
	VSUBPS  Y8, Y7, Y9           // x - m
	VMULPS  Y2, Y9, Y9
	VADDPS  Y9, Y8, Y8           // m
	VMOVUPS Y8, (BX)(R8*1)
	VMOVUPS (DX)(R8*1), Y10
	VMULPS  Y7, Y7, Y7
	VSUBPS  Y10, Y7, Y7          // x x - v
	VMULPS  Y3, Y7, Y7
	VADDPS  Y7, Y10, Y10         // v
	VMOVUPS Y10, (DX)(R8*1)
	VMULPS  Y5, Y10, Y10
	VSQRTPS Y10, Y10
	VADDPS  Y6, Y10, Y10         // sqrt(v inv2) + eps
	VMULPS  Y4, Y8, Y8
	VDIVPS  Y10, Y8, Y8          // rate m / that
	VMOVUPS (DI)(R8*1), Y11
	VMULPS  Y0, Y11, Y11
	VSUBPS  Y8, Y11, Y11         // w keep - that
	VMOVUPS Y11, (DI)(R8*1)
	ADDQ    $32, R8
	JMP     loop

done:
	VZEROUPPER
	RET

// func sumSquaresAVX(x *float32, n int, lanes *[4]float64)
//
// Lane i adds the squares of elements i, i+4, i+8, ... n is a multiple of 4.
TEXT ·sumSquaresAVX(SB), NOSPLIT, $0-24
	MOVQ   x+0(FP), SI
	MOVQ   n+8(FP), CX
	MOVQ   lanes+16(FP), DI
	VXORPD Y0, Y0, Y0
	SHLQ   $2, CX
	XORQ   R8, R8

loop:
	CMPQ      R8, CX
	JGE       done
	VCVTPS2PD (SI)(R8*1), Y1
	VMULPD    Y1, Y1, Y1
	VADDPD    Y1, Y0, Y0
	ADDQ      $16, R8
	JMP       loop

done:
	VMOVUPD Y0, (DI)
	VZEROUPPER
	RET
