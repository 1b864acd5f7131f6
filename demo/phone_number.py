"""What makes two spellings of a phone number the same one."""


def digits_of(number: str) -> str:
    """Only the digits; a user name, and a word in the place of a number, stay as they are."""
    digits = "".join(char for char in number if char.isdigit())
    return digits if digits and not any(char.isalpha() for char in number) else number
