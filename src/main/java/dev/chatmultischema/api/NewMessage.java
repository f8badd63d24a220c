package dev.chatmultischema.api;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.chatmultischema.auth.Caller;
import dev.chatmultischema.http.entity.QuicklyValidated;
import dev.chatmultischema.message.Content;
import dev.chatmultischema.message.Draft;
import io.dropwizard.jackson.JsonSnakeCase;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The body of a request to publish a message.
 *
 * @param messageId the id, which is stored at most once; null if the service generates one
 */
@JsonSnakeCase
public record NewMessage(@NotNull Content content, UUID messageId) implements QuicklyValidated {

  @Override
  public boolean isValid() {
    return content != null;
  }

  Draft draft(Caller sender, Instant acceptedAt) {
    return new Draft(
        Optional.ofNullable(messageId).orElseGet(UuidCreator::getTimeOrderedEpochPlus1),
        sender.userId(),
        content,
        acceptedAt);
  }
}
