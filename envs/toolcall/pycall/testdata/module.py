"""Constants of a module."""

# A comment.
NAMES = ["ada", 'grace', "it's"]
NESTED = {
    "a": [1, -2.5, {"b": None, 3: (True,)}],
    "dots": ...,
}
TEXT = """first
second \
line"""
JOINED = (
    "one "
    'two'
)
