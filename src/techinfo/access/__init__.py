"""One function per question: an accessId goes in, facts with their age come out."""
