"""The folder that stands in for Redis in the demonstration and the tests."""

import threading

import pytest
from kombu import Connection

pytestmark = pytest.mark.broker


def test_message_in_the_folder_is_there_whole_or_not_at_all(tmp_path):
    """A reader that looks all the time never meets half a message (kombu 5.7 alone shows it empty ones)."""
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
        "store_processed": False,
    }
    many, got, faults = 300, [], []

    def read():
        with Connection("filesystem://", transport="rise.broker:FolderTransport", transport_options=options) as connection:
            queue = connection.SimpleQueue("work")
            while len(got) < many and not faults:
                try:
                    message = queue.get(timeout=60)
                except Exception as fault:  # whatever it is, it is what the worker would end of
                    faults.append(fault)
                    return
                got.append(message.payload)
                message.ack()

    with Connection("filesystem://", transport="rise.broker:FolderTransport", transport_options=options) as connection:
        queue = connection.SimpleQueue("work")  # before the reader: a second one in a process takes it as done
        reader = threading.Thread(target=read)
        reader.start()
        for number in range(many):
            queue.put({"number": number, "padding": "x" * 5000})
    reader.join(timeout=300)
    assert faults == []
    assert sorted(one["number"] for one in got) == list(range(many))
