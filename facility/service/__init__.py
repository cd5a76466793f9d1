"""The use cases of the facility: one module per noun, one function per verb."""
