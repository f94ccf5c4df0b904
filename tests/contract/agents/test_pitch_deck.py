"""The pitch deck agent over real gRPC, with a real Redis and the offline model."""

from services.agents.pitch_deck.agent import PitchDeckAgent
from services.agents.pitch_deck.models import PitchDeck
from tests.support import dossier_inputs as inputs
from tests.support.solo_agent import solo_agent


async def test_it_describes_itself_and_works_to_a_result_of_its_schema(redis_url: str) -> None:
    async with solo_agent(PitchDeckAgent(), redis_url) as solo:
        card = await solo.describe()
        assert (card.type, card.uses_model) == ("pitch_deck", True)
        made = await solo.work(inputs.REQUEST, *inputs.everything())
        result = PitchDeck.model_validate_json(made.files["result.json"])
        assert result.simulated
        assert made.simulated
        assert result.corrections == []
        assert 9 <= len(result.slides) <= 11
        assert made.files["pitch-deck.pdf"].startswith(b"%PDF-")
        assert b"Simulated by the offline model" in made.files["pitch-deck.html"]
