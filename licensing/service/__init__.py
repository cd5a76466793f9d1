"""The use cases of licensing: one module a noun, one function a verb."""
