"""Running a case: sides interleaved, each under the storage probe; then medians, checks and the verdict."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.case import Case, Lab, Medians, Sample, median_of
from tests.bench.checks import flask_verify
from tests.bench.probe import probing

MOST_REPEATS = 5
LEAST_B_OF_A = 0.2


class Void(Exception):
    """The run says nothing; the message names the broken rule."""


@dataclass(frozen=True, kw_only=True)
class Result:
    case: Case
    medians: Medians
    values: tuple[float, ...]

    @property
    def missed(self) -> list[str]:
        goals = zip(self.case.goals, self.values, strict=True)
        return [f"{goal.says} is {value:.2f}" for goal, value in goals if not goal.is_reached(value)]


def run_case(case: Case, lab: Lab) -> Result:
    """Raises Void, Incomplete."""
    with case.open(lab) as sides:
        _settle(lab)
        found: dict[str, list[Sample]] = {name: [] for name in sides}
        for number in range(1, (case.rounds or lab.rounds) + 1):
            for name, measure in sides.items():
                sample = _undisturbed(lab, measure)
                print(f"  round {number}  {name:<9} {told(sample)}", flush=True)
                found[name].append(sample)
        case.check(lab)
    print(f"  flask verify: {flask_verify(lab)}", flush=True)
    medians = {name: median_of(samples) for name, samples in found.items()}
    _judge_floors(medians)
    return Result(case=case, medians=medians, values=tuple(goal.value(medians) for goal in case.goals))


def told(sample: Sample) -> str:
    figures = {name: value for name, value in {**vars(sample), **sample.extra}.items() if isinstance(value, float)}
    return "  ".join(f"{name} {value:,.2f}" for name, value in figures.items())


def _undisturbed(lab: Lab, measure: Callable[[], Sample]) -> Sample:
    for _ in range(MOST_REPEATS + 1):
        with probing(lab.folder) as probe:
            sample = measure()
        if not probe.is_stalled:
            return sample
        print(f"  void: fdatasync took {probe.mean_ms:.1f} ms on average, {probe.worst_ms:.1f} at worst", flush=True)
    raise Void(f"the disk stalled in {MOST_REPEATS + 1} rounds in a row: run again on a quiet machine")


def _judge_floors(medians: Medians) -> None:
    """A bare view far below the database means that something else held the machine."""
    if {"A", "B"} <= medians.keys() and medians["B"].rate < LEAST_B_OF_A * medians["A"].rate:
        raise Void(f"B is {medians['B'].rate / medians['A'].rate:.2f} of A, less than {LEAST_B_OF_A}")


def _settle(lab: Lab) -> None:
    """Plans know that the tables are no longer empty, and all rounds write into one stretch between checkpoints."""
    with lab.servers.postgres.connect(lab.database.name) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
