"""The switches of ``POST /_control/settings``: what the documentation leaves open, and what a test wants to see."""

from pydantic import ConfigDict, Field

from dravo_simulator.facebook.switches import FacebookSwitches, GraphSwitches
from dravo_simulator.instagram.switches import InstagramSwitches
from dravo_simulator.linkedin.switches import LinkedInSwitches
from dravo_simulator.meta_oauth.switches import MetaOAuthSwitches
from dravo_simulator.tiktok.authorization_switches import TikTokAuthorizationSwitches
from dravo_simulator.tiktok.switches import TikTokSwitches
from dravo_simulator.x.switches import XSwitches


class Settings(
    XSwitches,
    LinkedInSwitches,
    GraphSwitches,
    FacebookSwitches,
    InstagramSwitches,
    MetaOAuthSwitches,
    TikTokSwitches,
    TikTokAuthorizationSwitches,
):
    """One switch per open question. A name begins with the network it is about; the others concern several."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    strict_parameters: bool = True
    """Graph calls with an unknown parameter are refused; the real Graph is said to ignore most."""
    processing_seconds: float = Field(default=2.0, ge=0)
    """How long Instagram containers, Facebook videos, TikTok posts, LinkedIn media and X videos and GIFs take."""
    refuse_duplicates: bool = True
    """Off: X, LinkedIn and Facebook take the same content again, so a double send shows up in the ledger."""
    rate_limits: bool = True
    """Off: no documented quota is enforced."""
