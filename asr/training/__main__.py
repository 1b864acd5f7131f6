"""From nothing to the embedded model's Vosk folder; each stage can run alone, finished shards are kept."""

import argparse
import os
import sys
from pathlib import Path

from calls.errors import ZvonarError

STAGES = ("corpus", "features", "train", "export", "all")
MODEL = Path(__file__).parent.parent / "models" / "ru-small"
WORK = Path(__file__).parent / "work"
ANSWERS = Path(__file__).parents[2] / "scenarios" / "understanding" / "training" / "ru"
RHVOICE = Path(".local/rhvoice-test")  # where scripts/setup-voices --measuring unpacks the voices


def arguments(line: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m asr.training", description=__doc__)
    parser.add_argument("stage", nargs="?", choices=STAGES, default="all", help="what to do (default: all)")
    parser.add_argument(
        "--work", type=Path, default=WORK, help="folder for the corpus, features and network (about 5 GB)"
    )
    parser.add_argument(
        "--rhvoice", type=Path, default=RHVOICE, help="root under which RHVoice's packages are unpacked"
    )
    parser.add_argument(
        "--scale", type=float, default=1.3, help="size of the corpus; 1.3 is 7.7 hours of clean speech"
    )
    parser.add_argument("--copies", type=int, default=6, help="telephones every recording goes through")
    parser.add_argument("--minutes", type=float, default=180, help="budget of the training")
    parser.add_argument(
        "--processes", type=int, default=2, help="processes that speak and augment, threads that train"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the network in --work")
    parser.add_argument(
        "--from", dest="start", type=Path, metavar="MODEL",
        help="go on from a finished model's folder; its blocks must occur in the network",
    )  # fmt: skip
    parser.add_argument(
        "--width", type=int, default=352, help="units a layer; a resumed narrower network is widened"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the batches; give a resumed run another one")
    parser.add_argument("--peak-rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument(
        "--answers", type=Path, default=ANSWERS, help="tables whose last column is what a patient may say"
    )
    parser.add_argument("--model", type=Path, default=MODEL, help="Vosk folder to write")
    return parser.parse_args(line)


def run(options: argparse.Namespace) -> None:
    """Run one stage or all of them; vendor libraries are loaded only by the stages that use them."""
    wanted = STAGES[:-1] if options.stage == "all" else (options.stage,)
    options.work.mkdir(parents=True, exist_ok=True)
    if "corpus" in wanted:
        from asr.training.corpus import make_corpus

        make_corpus(options.work, options.rhvoice, scale=options.scale, processes=options.processes)
    if "features" in wanted:
        from asr.training.dataset import make_features

        make_features(options.work, copies=options.copies, processes=options.processes)
    if "train" in wanted:
        # A thread that waits must not spin: on a busy machine that costs half of the time.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import torch

        from asr.training.network import Shape
        from asr.training.trainer import Schedule, Trainer

        torch.set_num_threads(options.processes)
        schedule = Schedule(options.minutes, peak_rate=options.peak_rate)
        Trainer(
            options.work, schedule, shape=Shape(width=options.width), seed=options.seed,
            resume=options.resume, model=options.start,
        ).run()  # fmt: skip
    if "export" in wanted:
        from asr.training.export import export

        export(options.work / "network.pt", options.answers, options.model)


def main() -> int:
    try:
        run(arguments(sys.argv[1:]))
    except ZvonarError as error:
        print(f"{error}\n{error.hint}".strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
