"""What a recogniser heard, word by word, in seconds of the call's audio."""

from dataclasses import dataclass

UNKNOWN_WORD = "[unk]"


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the audio; `confidence` is between 0 and 1."""

    text: str
    start_s: float
    end_s: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, repr=False)
class Transcript:
    """The words of one turn; empty when nothing was said. Its text never shows in `repr`."""

    words: tuple[Word, ...] = ()

    @classmethod
    def of(cls, text: str, confidence: float = 1.0) -> "Transcript":
        """A transcript of typed text, without times."""
        return cls(tuple(Word(word, 0.0, 0.0, confidence) for word in text.split()))

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean confidence of the words; 0 when there are none."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0

    def __add__(self, other: "Transcript") -> "Transcript":
        return Transcript(self.words + other.words)

    def __bool__(self) -> bool:
        return bool(self.words)

    def __repr__(self) -> str:
        return f"<Transcript of {len(self.words)} words>"
