"""What is compared: an outcome of the app beside one of its bar, each the better of the rounds it was given."""

from dataclasses import dataclass

from bench.load import Outcome, Plan, measure

ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """The app beside its bar, under the same load."""

    name: str
    app: Outcome
    bar: Outcome

    @property
    def ratio(self) -> float:
        """How many requests the app answers for one of the bar's."""
        return self.app.rate / self.bar.rate


def compare(name: str, app: Plan, bar: Plan) -> Comparison:
    """Give the app and its bar their rounds in turn, so that a busy minute of the machine meets both."""
    rounds = [(measure(bar), measure(app)) for _ in range(ROUNDS)]
    return Comparison(name, app=_better([own for _, own in rounds]), bar=_better([bare for bare, _ in rounds]))


def _better(outcomes: list[Outcome]) -> Outcome:
    return max(outcomes, key=lambda outcome: outcome.rate)
