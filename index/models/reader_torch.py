"""Any extractive question-answering model of transformers, by name or path, as a Reader."""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import DatelineError
from index.models.model_files import FoundModel
from index.models.reader import Reading, decode
from index.own_process import no_calls_home


class TransformersReader:
    """Runs on torch, which takes seconds to import: only made where a model asks for it."""

    def __init__(self, model: FoundModel) -> None:
        with no_calls_home():
            from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self.name = model.name
        self.sha256 = model.sha256
        self._most_tokens = model.max_tokens
        where = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(str(model.folder), **where)
            self._model, found = AutoModelForQuestionAnswering.from_pretrained(
                str(model.folder), use_safetensors=True, output_loading_info=True, **where
            )
        except Exception as error:  # whatever transformers raises on a folder that is not such a model
            raise DatelineError(
                f"transformers can't load reader {model.name}. Check that it is a model for extractive question "
                "answering."
            ) from error
        if missing := [name for name in found["missing_keys"] if "qa_outputs" in name or "classifier" in name]:
            raise DatelineError(
                f"{model.name} has no weights for answering questions ({sorted(missing)[0]} is missing). "
                "Name another in `reader`: a model for extractive question answering."
            )
        self._model.eval()

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        return [self._read(question, text) for text in texts]

    def _read(self, question: str, text: str) -> Reading:
        import torch

        pair = self._tokenizer(
            question,
            text,
            truncation="longest_first",
            max_length=self._most_tokens,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = pair.pop("offset_mapping")[0].tolist()
        places = [((a, b), n) for n, (a, b) in enumerate(offsets) if pair.sequence_ids(0)[n] == 1]
        with torch.no_grad():
            output = self._model(**pair)
        return decode(output.start_logits[0].numpy(), output.end_logits[0].numpy(), places, None)
