"""The trail's sentences of support, as a school's timeline shows them."""

from rise.audit.words import Sentence

DECISION = {"kind": "Decision", "url": "support:decision", "url_key": "urn"}
REQUEST = {"kind": "Support", "url": "support:request"}
CORRECTION = {"kind": "Data", "url": "support:correction"}
CASE = {"kind": "Support", "url": "support:case"}
DIAGNOSIS = {"kind": "Support", "url": "support:diagnosis"}

SENTENCES = {
    "saved_view.save": Sentence("{actor} saved the view {label} of {list}", kind="Data"),
    "saved_view.change": Sentence("{actor} changed the view {label} of {list}", kind="Data"),
    "saved_view.delete": Sentence("{actor} deleted the view {label} of {list}", kind="Data"),
    "saved_view.bring_back": Sentence("{actor} brought back the view {label} of {list}", kind="Data"),
    "request.draft": Sentence("{actor} changed the draft of a request for help", **REQUEST),
    "request.send": Sentence("{actor} asked for help with {topic}", **REQUEST),
    "request.acknowledge": Sentence("{actor} is looking at the request for help", **REQUEST),
    "request.answer": Sentence("{actor} answered the request for help: {answer}", **REQUEST),
    "request.withdraw": Sentence("{actor} withdrew the request for help", **REQUEST),
    "signal.record": Sentence("{actor} recorded a signal: {kind}, from {source}", kind="Data"),
    "existing_support.record": Sentence("{actor} recorded support in place: {what}, from {given_by}", kind="Support"),
    "correction.send": Sentence("{actor} said that something we hold is wrong: {about}", **CORRECTION),
    "correction.correct": Sentence("{actor} corrected what was wrong: {about}", **CORRECTION),
    "correction.send_on": Sentence("{actor} answered that the register has to be changed: {about}", **CORRECTION),
    "correction.keep": Sentence("{actor} answered that it stays as it is: {about}", **CORRECTION),
    "correction.withdraw": Sentence("{actor} took back what was said to be wrong: {about}", **CORRECTION),
    "existing_support.end": Sentence("{actor} recorded the end of support in place: {what}", kind="Support"),
    "existing_support.bring_back": Sentence("{actor} recorded that support is still in place: {what}", kind="Support"),
    "existing_support.confirm": Sentence("{actor} confirmed what support is in place", kind="Support"),
    "existing_support.none": Sentence("{actor} recorded that no other support is in place", kind="Support"),
    "triage.owner": Sentence("{actor} made {owner} the owner in triage", kind="Decision"),
    "triage.next_step": Sentence("{actor} set the next step in triage: {next_step}", kind="Decision"),
    "decision.make": Sentence("{actor} decided: {outcome}. Reasons: {reasons}", **DECISION),
    "decision.propose": Sentence("{actor} proposed {outcome} to the regional director", **DECISION),
    "decision.inform": Sentence("{actor} decided {outcome}, proposed by {proposed_by}. Reasons: {reasons}", **DECISION),
    "decision.decline": Sentence("{actor} declined the proposal of {outcome} by {proposed_by}", **DECISION),
    "decision.withdraw": Sentence("{actor} withdrew the decision of {outcome}", **DECISION),
    "decision.expedite": Sentence("{actor} put {outcome} in force on a safeguarding or statutory ground", **DECISION),
    "decision.come_into_force": Sentence("The decision came in force: {outcome}", **DECISION),
    "decision.supersede": Sentence("The earlier decision ended: {outcome}", **DECISION),
    "decision.set_aside": Sentence("{actor} withdrew the decision of {outcome} because of a reply", **DECISION),
    "decision.correct": Sentence("{actor} changed the reasons of the decision: {reasons}", **DECISION),
    "decision.nothing_to_add": Sentence("{side} has nothing to add to the decision ({actor})", **DECISION),
    "representation.make": Sentence("{side} replied to the decision: {kind} ({actor})", **DECISION),
    "representation.hand_on": Sentence("A reply was given to {to} to decide", **DECISION),
    "representation.uphold": Sentence("{actor} answered a reply: the decision stands", **DECISION),
    "representation.change": Sentence("{actor} answered a reply: the decision stands, with changed reasons", **DECISION),
    "representation.withdraw": Sentence("{actor} answered a reply: the decision is withdrawn", **DECISION),
    "case.open": Sentence("A case opened: {ref}", **CASE),
    "case.carry_on": Sentence("{actor} carried on case {before} of {school_before} here: {reason}", **CASE),
    "case.assign": Sentence("{actor} made {adviser} the adviser", **CASE),
    "case.path": Sentence("{actor} set the way forward: {path}", **CASE),
    "case.decide": Sentence("The case moved on: support decided", **CASE),
    "case.evidence": Sentence("The case moved on: diagnosis", **CASE),
    "case.planning": Sentence("The case moved on: planning", **CASE),
    "case.rematch": Sentence("The case went back to planning, to match support", **CASE),
    "case.brokerage": Sentence("The case moved on: finding support", **CASE),
    "case.delivery": Sentence("The case moved on: support under way", **CASE),
    "case.review": Sentence("The case moved on: review", **CASE),
    "case.exit": Sentence("{actor} ended the support: {reason}", **CASE),
    "case.check": Sentence("{actor} began the check that it lasted", **CASE),
    "case.close": Sentence("{actor} closed the case: {reason}", **CASE),
    "case.pause": Sentence("{actor} paused the case: {reason}", **CASE),
    "case.stop": Sentence("{actor} stopped the case: {reason}", **CASE),
    **{
        f"case.resume_{stage}": Sentence("{actor} resumed the case", **CASE)
        for stage in ("identified", "decided", "evidence", "planning", "brokerage", "delivery", "review")
    },
    "diagnosis.write": Sentence("{actor} wrote the diagnosis", **DIAGNOSIS),
    "diagnosis.share": Sentence("{actor} shared the diagnosis: {outcome}", **DIAGNOSIS),
    "diagnosis.agree": Sentence("{actor} agreed the facts of the diagnosis", **DIAGNOSIS),
    "diagnosis.correct": Sentence("{actor} asked for a correction of the diagnosis", **DIAGNOSIS),
    "diagnosis.reopen": Sentence("{actor} changed the diagnosis after it was agreed", **DIAGNOSIS),
}
