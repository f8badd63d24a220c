package dev.chatmultischema.history;

import dev.chatmultischema.identity.Sender;
import dev.chatmultischema.message.Content;
import java.time.Instant;
import java.util.UUID;

/**
 * A message of a line to import.
 *
 * @param line the number of the line, from 1
 * @param senderId null if the message has no known sender
 * @param sender null unless the line names an external sender
 */
record ImportedMessage(
    long line,
    UUID messageId,
    long seq,
    UUID senderId,
    Sender sender,
    Content content,
    Instant createdAt) {}
