"""A database of an older program keeps what it holds when it is brought up to date."""

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from calls.reminder import AnswerDelay
from storage.migrate import configuration
from storage.store import Store

BEFORE_THE_SPLIT = "0001"
ROWS = """
INSERT INTO campaigns VALUES ('c1', 'c', 's', '2027-03-02 06:00:00', 'running');
INSERT INTO reminders (key, campaign, scenario, starts_at) VALUES ('r1', 'c1', 's', '2027-03-03 06:00:00');
INSERT INTO attempts (key, reminder, number, owner, state, outcome, fate_unknown, began_at, moved_at,
  ended_at, recording, results, tags, task) VALUES ('r1:1', 'r1', 1, 'o', 'ended', 'confirmed', 0,
  '2027-03-02 06:00:00',
  '2027-03-02 06:00:00', '2027-03-02 06:01:00', '', '{}', '[]', '');
INSERT INTO turns VALUES ('r1:1', 0, 'patient', 'да', 3.0, 3.4, 'confirm', NULL);
INSERT INTO turns VALUES ('r1:1', 1, 'robot', 'Ждём вас.', 3.8, 5.0, '', 0.4);
"""


def test_delays_noted_before_they_were_split_stay(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'z.sqlite'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_THE_SPLIT)
        for statement in filter(str.strip, ROWS.split(";")):
            connection.execute(text(statement))
    engine.dispose()
    with Store.open(url) as store:
        result = store.attempt_result("r1:1")
    assert result is not None
    said, reply = result.conversation.turns
    assert (said.text, said.answer_delay, said.words) == ("да", None, ())
    assert reply.answer_delay == AnswerDelay(0.4, 0.0, 0.0, 0.0)
