"""What is wrong with what was typed, said beside the field it was typed into."""

from app.errors import Invalid


def unusable(field: str, template: str, **values: object) -> Invalid:
    """One field of a form is the reason; the sentence stands beside it and speaks for the whole."""
    error = Invalid(template, fields={}, **values)
    error.fields[field] = str(error)
    return error
