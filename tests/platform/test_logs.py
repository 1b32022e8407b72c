"""A line tells which request and what, and nothing about whom."""

import json
import logging

from rise import logs


def formatted(words, **extra):
    formatter = logs.configuration(as_json=True, level="INFO")["formatters"]["line"]
    record = logging.LogRecord("rise", logging.INFO, __file__, 1, words, (), None)
    record.__dict__.update(extra)
    make = formatter.pop("()")
    return json.loads(make(**formatter).format(record))


def test_line_masks_addresses_and_database_details():
    line = formatted("duplicate key\nDETAIL:  Key (email)=(a.person+x@school.example.org) already exists.\nfor a.person@school.example.org")
    assert line["event"] == "duplicate key\n\nfor [address]"
    assert line["level"] == "info"


def test_request_gets_an_id_and_keeps_one_it_is_given(client):
    assert client.get("/healthz", headers={"X-Request-ID": "abc-12345678"})["X-Request-ID"] == "abc-12345678"
    assert len(client.get("/healthz", headers={"X-Request-ID": "<script>"})["X-Request-ID"]) == 32


def test_request_line_names_the_route_only(client, caplog):
    with caplog.at_level(logging.INFO, logger="rise.request"):
        client.get("/healthz?name=Somebody")
    (record,) = [record for record in caplog.records if record.name == "rise.request"]
    assert (record.method, record.route, record.status) == ("GET", "healthz", 200)
    assert "Somebody" not in str(record.__dict__)


def test_line_keeps_what_the_request_line_adds_and_no_other_extra():
    line = formatted("request", route="dashboards:schools", status=200, request="<WSGIRequest: GET '/search/?q=A+Person'>")
    assert (line["route"], line["status"]) == ("dashboards:schools", 200)
    assert "Person" not in json.dumps(line)
