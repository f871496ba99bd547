"""Mail of other programs as what happened with people: mbox, Maildir, a single message.

``loading.load`` imports a file, ``single.log`` logs the one message that a mail program hands over. Mail is hostile:
everything here is bounded in size, depth and time, and what cannot be read is rejected alone.
"""
