"""What the business plan agent says to the model: one system prompt, one prefix per task, three questions."""

from collections.abc import Mapping, Sequence

from agent_sdk.prompting import DATA_RULE, block, json_block, request_block
from services.agents.business_plan.kinds import KINDS
from services.agents.business_plan.models import BusinessModelDraft, Correction
from services.agents.business_plan.numbers import FinancialAssumptionsDraft

SYSTEM = f"""\
You write business plans that banks and investors read to the end. You have seen a hundred plans fail, nearly always
on one of three things: nobody wanted it, customers cost more than they bring, or the money ran out before the second
try.

{DATA_RULE}

How you work
- Write every text in the language of the request.
- Be specific to this business, its place and its customers. What would fit any plan is left out.
- Use the market research where it is given: its segments, its competitors' prices, its obtainable market. Where you
  differ from it, say why.
- Use the brand's name and voice where they are given.
- You state assumptions; code computes. Never write a sum, a projection or a result of your own.
- Every number has a basis: a source you are certain exists, a figure of the research, a comparable, or a reasoning,
  marked as such. An empty list of sources is honest; an invented source is fraud.
- Wages, rents and costs are those of the place in the request, employers' charges included. People who work are
  paid or named as unpaid.
- Conservative where you do not know: later launch, dearer customers, more churn.
- Rate your confidence as you would bet on it."""

BUSINESS = """\
Now describe the business.

1. Value proposition and business model in plain words: who pays whom, for what, how often, and why they stay.
2. The lean canvas, each line specific enough to be wrong. 'None yet' is a valid unfair advantage.
3. The kind of business and one to four prices. For each price whom it is for, what it includes, and how many paying
   customers take it (shares of all tiers add up to 100; a free tier has 0). Prices without sales tax. Choose the
   billing that fits the trade: a subscription per month or year; a shop, restaurant or bakery per purchase with
   the average basket as the price and visits per customer and month; services per hour or per project; a
   marketplace per purchase with the order value as the price; products per purchase.
   Comparables: the research's competitors by their names and what they charge, as an amount for the same billing;
   others only with a source. Code puts your price into their range and sends it back when it is far outside.
4. Channels with what is done there and the figure that shows whether it works; phases of the way to market, each
   with the condition to enter the next.
5. Assumptions that are not numbers."""

NUMBERS = """\
Now state the numbers for 36 months. The business is in <draft>; every number must fit it.

- Month 1 is the month in which work starts; the launch comes when product, permits, premises and people can be
  ready.
- Each number has a range: the lowest and the highest value you would still believe.
- Cost per lead is what one person who shows interest costs in the paid channels of the plan; the conversion says how
  many of them pay in the end. Code computes the cost of a customer of both.
- Churn is per month and of paying customers. For a shop a customer is a regular; churn is regulars who stop coming.
- The ceiling is what the planned team, premises and market can serve. It must not exceed the obtainable market of
  the research, nor what the numbers of this kind of business can serve; code computes both.
- Staff: every role the operations need, founders included, with real cost and start. Fixed costs: rent, software,
  insurance, accounting, licences. One-off costs: fitting out, equipment, deposits, legal, first product. Nothing
  twice.
- Pessimistic and optimistic scenarios change four things by percentages, with the event that would cause each.
  Pessimistic is what a careful lender assumes, not a catastrophe.
- Check yourself before you answer: price x customers must be able to carry wages and fixed costs at some number of
  customers below the ceiling. If it cannot, the business does not work as described: choose leaner costs that are
  still true, or accept the loss and say so in a basis."""

EXECUTION = """\
Now write how the plan is carried out. The business is in <draft>, what code computed from your numbers is in
<computed>.

- Write computed figures only as placeholders in curly braces, exactly as named in <computed>, for example
  {revenue_year_3}; code puts in the value with its unit. Write no other amount or percentage in the executive
  summary and the funding case. A figure that is not in <computed> is not available.
- The executive summary says what the business is, for whom, why now, how it earns, what the computed figures say
  (also when they are bad), and what is needed.
- Operations, team, milestones, risks and next steps are concrete: who does what by when. Milestones are decisions
  or facts, not activities.
- If the figures show that the plan does not carry itself, say so first and name what would have to change. A plan
  that hides it is worthless."""


def business_prompt(base: str) -> str:
    """The first question; `base` is the request with the upstream results, the same for every call of the task."""
    return f"{base}\n\n{BUSINESS}"


def numbers_prompt(base: str, business: BusinessModelDraft) -> str:
    """The second question, with the business as material."""
    earns = f"This business earns by {KINDS[business.kind].title} (kind '{business.kind}')."
    return f"{base}\n\n{_draft(business)}\n\n{NUMBERS}\n\n{earns}"


def correction_prompt(request: str, texts: Correction, figures: Mapping[str, str], strangers: Sequence[str]) -> str:
    """Ask for the same two texts without figures nobody can trace."""
    return "\n\n".join(
        (
            request_block(request),
            json_block("texts", texts.model_dump(mode="json")),
            json_block("computed", dict(figures)),
            block("objections", "\n".join(f"- {stranger}" for stranger in strangers)),
            "The texts name figures (in <objections>) that are neither assumed nor computed in this plan. Write both "
            "texts again, word for word, but replace each such figure: by the placeholder in curly braces that means "
            "it, such as {revenue_year_3}, or by words without a figure.",
        )
    )


def execution_prompt(
    base: str,
    business: BusinessModelDraft,
    numbers: FinancialAssumptionsDraft,
    figures: Mapping[str, str],
    remarks: list[str],
) -> str:
    """The third question, with the business, the people and the computed figures as material."""
    staff = [role.model_dump(mode="json", include={"title", "headcount", "from_month"}) for role in numbers.staff]
    computed = {"placeholders": dict(figures), "staff": staff, "remarks": remarks}
    return f"{base}\n\n{_draft(business)}\n\n{json_block('computed', computed)}\n\n{EXECUTION}"


def _draft(business: BusinessModelDraft) -> str:
    return json_block("draft", business.model_dump(mode="json", exclude={"sources"}))
