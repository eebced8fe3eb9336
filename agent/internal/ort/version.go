package ort

// MinMinor is the y of the oldest library 1.y that Load accepts.
const MinMinor = apiVersion
