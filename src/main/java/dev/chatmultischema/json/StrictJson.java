package dev.chatmultischema.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.deser.std.UUIDDeserializer;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.databind.util.EnumResolver;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/**
 * Configures Jackson for the HTTP interface, without coercion: unknown and repeated fields, values
 * of another type or, for an enum, in another letter case, null for a number and content after the
 * value are refused; times are written as ISO 8601 in UTC with milliseconds.
 */
public final class StrictJson {

  /** The maximum length of a number and of a field name, in characters: that of a content. */
  private static final int MAX_TOKEN_LENGTH = 64 * 1024;

  /** Bounds of parsing: each token may fill a whole content; nesting is at most 1,000 deep. */
  public static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNumberLength(MAX_TOKEN_LENGTH)
          .maxNameLength(MAX_TOKEN_LENGTH)
          .maxNestingDepth(1_000)
          .build();

  private static final List<LogicalType> SCALARS =
      List.of(
          LogicalType.Integer,
          LogicalType.Float,
          LogicalType.Boolean,
          LogicalType.Textual,
          LogicalType.Enum,
          LogicalType.OtherScalar,
          LogicalType.DateTime);

  private StrictJson() {}

  /** Returns a new mapper with this configuration. */
  public static ObjectMapper mapper() {
    var factory =
        JsonFactory.builder()
            .streamReadConstraints(CONSTRAINTS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    var mapper =
        Jackson.newObjectMapper(factory)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    var module = new SimpleModule();
    module.setDeserializers(new ExactEnums());
    mapper.registerModule(
        module
            .addDeserializer(UUID.class, new StrictUuidDeserializer())
            .addSerializer(new InstantSerializer()));
    for (var type : SCALARS) {
      refuseOtherShapes(mapper, type);
    }
    return mapper;
  }

  /** Reads enums by their exact names; the deserializer of Dropwizard accepts any letter case. */
  private static final class ExactEnums extends SimpleDeserializers {

    private static final long serialVersionUID = 1;

    @Override
    public JsonDeserializer<?> findEnumDeserializer(
        Class<?> type, DeserializationConfig config, BeanDescription bean) {
      var value = bean.findJsonValueAccessor();
      var names =
          value == null
              ? EnumResolver.constructFor(config, bean.getClassInfo())
              : EnumResolver.constructUsingMethod(config, bean.getClassInfo(), value);
      return new ExactEnum(type, names);
    }
  }

  private static final class ExactEnum extends StdScalarDeserializer<Object> {

    private static final long serialVersionUID = 1;

    private final transient EnumResolver names;

    ExactEnum(Class<?> type, EnumResolver names) {
      super(type);
      this.names = names;
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (!parser.hasToken(JsonToken.VALUE_STRING)) {
        return context.handleUnexpectedToken(_valueClass, parser);
      }
      var value = names.findEnum(parser.getText());
      return value == null
          ? context.handleWeirdStringValue(_valueClass, parser.getText(), "not a documented value")
          : value;
    }
  }

  /** Accepts the texts that {@link StrictUuid} accepts; Jackson alone would accept Base64 too. */
  private static final class StrictUuidDeserializer extends UUIDDeserializer {

    private static final long serialVersionUID = 1;

    @Override
    protected UUID _deserialize(String id, DeserializationContext context) throws IOException {
      var parsed = StrictUuid.parse(id);
      return parsed.isPresent()
          ? parsed.get()
          : (UUID) context.handleWeirdStringValue(UUID.class, id, "must be a UUID");
    }
  }

  private static void refuseOtherShapes(ObjectMapper mapper, LogicalType type) {
    var coercion = mapper.coercionConfigFor(type);
    for (var shape : CoercionInputShape.values()) {
      if (!own(type).contains(shape)) {
        coercion.setCoercion(shape, CoercionAction.Fail);
      }
    }
  }

  private static List<CoercionInputShape> own(LogicalType type) {
    return switch (type) {
      case Integer -> List.of(CoercionInputShape.Integer);
      case Float -> List.of(CoercionInputShape.Float, CoercionInputShape.Integer);
      case Boolean -> List.of(CoercionInputShape.Boolean);
      case Textual -> List.of(CoercionInputShape.String, CoercionInputShape.EmptyString);
      default -> List.of(CoercionInputShape.String);
    };
  }
}
