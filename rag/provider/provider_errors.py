"""What litellm's errors mean to a person."""

from __future__ import annotations

from socket import gaierror

from index import DatelineError, load_litellm
from rag.provider.spent import Spent


class ProviderError(DatelineError):
    """A model that gave no answer, for a reason that lies with it or its provider: another may, `offline` at least.

    `spent` is what whole replies took before that.
    """

    spent = Spent()


class TemporaryError(ProviderError):
    """A provider that is busy, down or silent: the same question may be answered later.

    `wait_seconds` is what the provider asks to wait, or None where it doesn't say.
    """

    wait_seconds: float | None = None


class NothingAnswers(TemporaryError):
    """No server listens at the address that is to have `model`: it is down, or was never there."""

    def __init__(self, model: str, address: str) -> None:
        super().__init__(
            f"nothing answers at {address}, which is to have the model {model}. "
            "Check that its server runs, and the setting `api_base`."
        )
        self.model = model


class KeyMissing(DatelineError):
    """The provider of `model` wants a key (`names`), which is neither in the environment nor in the file `key_file`."""

    def __init__(self, model: str, names: str, key_file: str) -> None:
        where = f"in the environment or in {key_file}" if key_file else "in the environment"
        super().__init__(f"the model {model} needs a key. Set {names} {where}, and ask again.")
        self.model = model
        self.names = names
        self.key_file = key_file


def took_too_long(model: str, seconds: float) -> ProviderError:
    """The error of a model that is still at it after `answer_seconds`."""
    return ProviderError(
        f"the model {model} took longer than {seconds:g} seconds. Ask again, or raise `answer_seconds`."
    )


def find_missing_key(model: str) -> str:
    """Return the names of the environment's missing keys for `model`, or "".

    Raises DatelineError for a model whose provider litellm doesn't know.
    """
    litellm = load_litellm()
    try:
        litellm.get_llm_provider(model)
    except Exception as error:  # BadRequestError for most, others for odd names
        raise DatelineError(
            f"litellm does not know the model {model!r}. Names look like `openai/gpt-4o-mini` or "
            "`ollama/llama3.2`; `offline` needs none."
        ) from error
    found = litellm.validate_environment(model)
    missing = [name for name in found.get("missing_keys") or [] if name.endswith("KEY")]
    return " or ".join(missing)


def explain(error: Exception, model: str, seconds: float) -> str:
    """One line for a person: what the provider did, and what to do next."""
    kind = type(error).__name__
    status = getattr(error, "status_code", None)
    if kind == "Timeout" or isinstance(error, TimeoutError) or status == 408:
        return f"the model {model} did not answer in {seconds:g} seconds. Ask again, or raise `timeout_seconds`."
    if status in (401, 403):
        return f"the provider of {model} refused the key ({status}). Check the key in the environment, and ask again."
    if status == 404:
        return f"the provider does not have the model {model} (404). Check its name."
    if status == 429:
        return f"the provider of {model} is asked too often, or the account is used up (429). Wait, and ask again."
    if kind == "ContextWindowExceededError":
        return f"the passages are too long for {model}. Lower the setting `passages`, or use another model."
    if kind == "MidStreamFallbackError" and status in (None, 500):  # litellm's own name and number for a torn stream
        return f"the answer of {model} broke off, or holds what can't be read. Ask again, or check `api_base`."
    if kind == "APIConnectionError" or is_unreachable(error):
        return (
            f"the provider of {model} can't be reached, or sent what can't be read. Check the network and `api_base`."
        )
    if isinstance(status, int) and status >= 500:
        return f"the provider of {model} failed ({status}). Ask again later."
    if isinstance(status, int) and status >= 400:
        return f"the provider refused the request to {model} ({status}). Check the model's name and settings."
    return f"the model {model} gave no readable answer ({kind}). Ask again."


def is_unreachable(error: BaseException | None) -> bool:
    """True where no connection came to be, which litellm says with a 500 of its own."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, ConnectionRefusedError | gaierror) or type(error).__name__ == "ConnectError":
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


def is_temporary(error: Exception) -> bool:
    """True where asking again, later, may help: too many requests, the provider's own failure, silence."""
    status = getattr(error, "status_code", None)
    if type(error).__name__ in ("Timeout", "APIConnectionError") or isinstance(error, TimeoutError):
        return True
    return isinstance(status, int) and (status in (408, 429) or status >= 500)


def read_wait(error: Exception) -> float | None:
    """Seconds that the provider's `Retry-After` asks to wait (RFC 9110, 10.2.3, as a number), or None."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None
