"""Messages to people: which events cause them, what they say, and how they get there."""

from .causes import messages_for, messages_of
from .delivery import Delivery
from .letters import Letter, letter_of
from .sms import RecordingSms, SmsGateway

__all__ = ["Delivery", "Letter", "RecordingSms", "SmsGateway", "letter_of", "messages_for", "messages_of"]
