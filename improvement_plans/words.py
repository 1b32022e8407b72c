"""How plans and reviews read on the trail."""

from rise.audit.words import Sentence

PLAN = "improvement_plans:detail"


def _plan(text: str, url: str = PLAN) -> Sentence:
    return Sentence(text, kind="Plan", url=url)


def _review(text: str) -> Sentence:
    return Sentence(text, kind="Review", url=PLAN)


SENTENCES = {
    "plan.start": _plan("{actor} started the improvement plan."),
    "plan.objective_added": _plan("{actor} added the objective “{goal}”."),
    "plan.objective_changed": _plan("{actor} changed the objective “{goal}”."),
    "plan.objective_removed": _plan("{actor} removed the objective “{goal}”."),
    "plan.objective_brought_back": _plan("{actor} brought back the objective “{goal}”."),
    "plan.objectives_reordered": _plan("{actor} changed the order of the objectives."),
    "plan.help_said": _plan("{actor} said for each objective whether help is in place."),
    "plan.commented": _plan("{actor} commented on the plan."),
    "plan.submit": _plan("{actor} sent plan version {number} ({objectives} objectives)."),
    "plan.endorse": _plan("{actor} endorsed plan version {number}."),
    "plan.pass_on": _plan("Plan version {number} went straight to the RISE adviser: no responsible body answers for the school."),
    "plan.return": _plan("{actor} returned plan version {number} with comments."),
    "plan.sign_off": _plan("{actor} signed off plan version {number}."),
    "plan.reopen": _plan("{actor} started plan version {number}. The signed version stays in force."),
    "plan.complete": _plan("{actor} completed the plan."),
    "plan.approve_funding": _plan("{actor} approved the department's funding for plan version {number}."),
    "review.scheduled": _review("{title} set for {due} by {actor}."),
    "review.moved": _review("{title} moved to {due} by {actor}."),
    "review.record": _review("{actor} recorded the {title}."),
    "review.confirm": _review("{actor} confirmed the {title}."),
    "review.ask_again": _review("{actor} asked the school to look at the {title} again."),
}
