"""Trains with TRL's GRPO against the server: python trl_train.py URL STEPS FOLDER.

The model is a tiny one with random weights. All that it may write is a call of
a tool, or the end of its turn, and each is one token of its vocabulary: so it
acts at random, and what it does is what a larger model does. It is saved in
FOLDER before it is trained, with that limit in its configuration.
"""

import json
import os
import sys
import tempfile

url, steps, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]

import torch
import transformers
import trl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from trl import GRPOConfig, GRPOTrainer
from trl.experimental.openreward import OpenRewardSpec


def call(action):
    return "<tool_call>\n" + json.dumps({"name": "act", "arguments": {"action": action}}) + "\n</tool_call>"


def tokenizer(calls):
    """Bytes, and one token for each call."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    t = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    t.decoder = decoders.ByteLevel()
    t.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    t.add_tokens(calls)
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=t, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    # The template that TRL ships for training Qwen3 knows tools, and TRL knows it.
    with open(os.path.join(os.path.dirname(trl.__file__), "chat_templates", "qwen3.jinja"), encoding="utf-8") as f:
        fast.chat_template = f.read()
    return fast


def model(t):
    torch.manual_seed(1)
    return transformers.Qwen3ForCausalLM(
        transformers.Qwen3Config(
            vocab_size=len(t), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
            num_key_value_heads=2, head_dim=16, max_position_embeddings=8192, tie_word_embeddings=True,
            pad_token_id=t.pad_token_id, eos_token_id=t.eos_token_id, bos_token_id=None,
        )
    )


calls = [call(a) for a in ("left", "right", "stop")]
tok = tokenizer(calls)
may = set(tok.convert_tokens_to_ids(calls)) | {tok.eos_token_id}
net = model(tok)
net.generation_config.suppress_tokens = [i for i in range(len(tok)) if i not in may]
net.save_pretrained(folder)
tok.save_pretrained(folder)
before = torch.cat([p.detach().flatten().clone() for p in net.parameters()])

spec = OpenRewardSpec(url, num_tasks=4)
with tempfile.TemporaryDirectory() as out:
    trainer = GRPOTrainer(
        model=net,
        processing_class=tok,
        args=GRPOConfig(
            output_dir=out, max_steps=steps, per_device_train_batch_size=16, num_generations=8, learning_rate=1e-2,
            max_tool_calling_iterations=6, max_completion_length=2048, temperature=1.0, beta=0.0, use_cpu=True, bf16=False,
            report_to=[], logging_steps=1, save_strategy="no", disable_tqdm=True, seed=1,
            chat_template_kwargs={"enable_thinking": False},
        ),
        train_dataset=spec.train_dataset,
        environment_factory=spec.environment_factory,
        reward_funcs=spec.reward_funcs,
    )
    trainer.train()
logs = [l for l in trainer.state.log_history if "reward" in l]
after = torch.cat([p.detach().flatten() for p in net.parameters()])
print(json.dumps({
    "columns": spec.train_dataset.column_names,
    "steps": trainer.state.global_step,
    "reward": [l["reward"] for l in logs],
    "calls": [l.get("tools/call_frequency") for l in logs],
    "failures": [l.get("tools/failure_frequency") for l in logs],
    "grad_norm": [l["grad_norm"] for l in logs],
    "finite": bool(torch.isfinite(after).all()),
    "moved": float((after - before).abs().max()),
}))
