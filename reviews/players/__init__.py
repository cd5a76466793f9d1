"""The screening room's players; burnt-in marks come here later."""
