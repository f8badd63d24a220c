package dev.chatmultischema.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.logging.common.DropwizardLayout;
import io.dropwizard.logging.common.layout.DiscoverableLayoutFactory;
import jakarta.validation.constraints.NotEmpty;
import java.util.Locale;
import java.util.TimeZone;

/**
 * The log layout {@code text}, an alternative to Dropwizard's {@code json}. Each event is one line,
 * so that no value in a message can forge another event; exceptions follow with {@code !} before
 * each line, and the line of a request ends with its id.
 */
@JsonTypeName("text")
public final class TextLayoutFactory implements DiscoverableLayoutFactory<ILoggingEvent> {

  @NotEmpty private String timestampFormat = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";

  /**
   * Sets the pattern, of {@link java.time.format.DateTimeFormatter} as in the layout {@code json}.
   */
  @JsonProperty
  public void setTimestampFormat(String timestampFormat) {
    this.timestampFormat = timestampFormat;
  }

  @Override
  public LayoutBase<ILoggingEvent> build(LoggerContext context, TimeZone timeZone) {
    var layout = new DropwizardLayout(context, timeZone);
    layout.setPattern(
        String.format(
            Locale.ROOT,
            "%%d{\"%s\",%s} %%-5p [%%t] %%c{0}: %%replace(%%m){'[\\r\\n]+',' | '}"
                + "%%replace( request_id=%%X{request_id}){' request_id=$',''}%%n%%dwREx",
            timestampFormat,
            timeZone.getID()));
    return layout;
  }
}
