"""CPEs by what an ACS keeps of them (GenieACS, northbound). Nothing is asked of a CPE for it."""
