"""The one exception that people are meant to read."""


class DatelineError(Exception):
    """Something a person can fix: one line that says what happened, to what, and what to do next.

    The command line prints the line alone and exits with 1; the chat page shows it as a notice.
    """


class UsageError(DatelineError):
    """The request itself is wrong (an empty question, an unknown setting). The command line exits with 2."""
