package dev.chatmultischema.api;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.chatmultischema.http.entity.QuicklyValidated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** The body of a request to publish 1 to {@value #MAX} messages together. */
public record NewBatch(
    @NotNull @Size(min = 1, max = MAX) @JsonDeserialize(using = BatchDeserializer.class)
        List<@NotNull @Valid NewMessage> messages)
    implements QuicklyValidated {

  static final int MAX = 500;

  @Override
  public boolean isValid() {
    return messages != null
        && !messages.isEmpty()
        && messages.size() <= MAX
        && messages.stream().allMatch(message -> message != null && message.isValid());
  }
}
