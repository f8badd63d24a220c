package dev.chatmultischema.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.logging.json.EventJsonLayoutBaseFactory;
import io.dropwizard.logging.json.layout.EventJsonLayout;
import java.util.Map;
import java.util.TimeZone;
import org.slf4j.LoggerFactory;

/**
 * The log layout {@code json}: Dropwizard's with the field {@code node}, and with the fields of
 * {@link LogFields} beside the others in place of an object {@code mdc}.
 *
 * <p>Of two types of one name Jackson takes the one that extends the other.
 */
@JsonTypeName("json")
public final class JsonLayoutFactory extends EventJsonLayoutBaseFactory {

  private static final String NODE = "node";

  public JsonLayoutFactory() {
    setFlattenMdc(true);
  }

  /** Sets the name of this node, the value of the field {@code node} from now on. */
  public static void setNode(String name) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.putProperty(NODE, name);
    }
  }

  @Override
  public LayoutBase<ILoggingEvent> build(LoggerContext context, TimeZone timeZone) {
    var layout =
        new EventJsonLayout(
            createDropwizardJsonFormatter(),
            createTimestampFormatter(timeZone),
            createThrowableProxyConverter(context),
            getIncludes(),
            getCustomFieldNames(),
            getAdditionalFields(),
            getIncludesMdcKeys(),
            isFlattenMdc()) {
          @Override
          protected Map<String, Object> toJsonMap(ILoggingEvent event) {
            var fields = super.toJsonMap(event);
            var node = getContext().getProperty(NODE);
            if (node != null) {
              fields.putIfAbsent(NODE, node);
            }
            return fields;
          }
        };
    layout.setContext(context);
    return layout;
  }
}
