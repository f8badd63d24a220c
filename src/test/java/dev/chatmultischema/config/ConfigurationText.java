package dev.chatmultischema.config;

import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDataSize;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Renders types, default values and constraints of keys as they are written in YAML. */
final class ConfigurationText {

  private ConfigurationText() {}

  static String type(Class<?> type) {
    if (type == Duration.class) {
      return "duration";
    }
    if (type == DataSize.class) {
      return "size";
    }
    if (type == boolean.class) {
      return "`true` or `false`";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "list";
    }
    return type.isPrimitive() ? "number" : "text";
  }

  static String value(Object value) {
    return value == null || "".equals(value) ? "" : "`" + plain(value) + "`";
  }

  private static String plain(Object value) {
    if (value instanceof Duration duration) {
      return duration.getQuantity() + unit(duration.getUnit());
    }
    if (value instanceof DataSize size) {
      return size(size.toBytes());
    }
    if (value instanceof Collection<?> list) {
      return list.stream()
          .map(ConfigurationText::plain)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof Enum<?> name
        ? name.name().toLowerCase(Locale.ROOT)
        : String.valueOf(value);
  }

  private static String unit(TimeUnit unit) {
    return switch (unit) {
      case NANOSECONDS -> "ns";
      case MICROSECONDS -> "us";
      case MILLISECONDS -> "ms";
      case SECONDS -> "s";
      case MINUTES -> "m";
      case HOURS -> "h";
      case DAYS -> "d";
    };
  }

  private static String size(long bytes) {
    if (bytes % (1024 * 1024) == 0) {
      return bytes / (1024 * 1024) + "MiB";
    }
    return bytes % 1024 == 0 ? bytes / 1024 + "KiB" : bytes + "B";
  }

  /** Returns the constraints of a property, on its field, its setter and the items of a list. */
  static String bounds(BeanPropertyDefinition property) {
    var annotations = new ArrayList<Annotation>();
    Stream.of(property.getField(), property.getGetter(), property.getSetter())
        .filter(Objects::nonNull)
        .map(AnnotatedMember::getAnnotated)
        .forEach(member -> annotations.addAll(List.of(member.getAnnotations())));
    privateField(property).forEach(member -> annotations.addAll(List.of(member.getAnnotations())));
    return annotations.stream()
        .distinct()
        .map(ConfigurationText::bound)
        .filter(bound -> !bound.isEmpty())
        .sorted(Comparator.reverseOrder())
        .collect(Collectors.joining(", "));
  }

  /** Returns the field, which Jackson does not list beside a setter, and the type of its items. */
  private static Stream<AnnotatedElement> privateField(BeanPropertyDefinition property) {
    try {
      Field field =
          property.getMutator().getDeclaringClass().getDeclaredField(property.getInternalName());
      return field.getAnnotatedType() instanceof AnnotatedParameterizedType list
          ? Stream.concat(Stream.of(field), Stream.of(list.getAnnotatedActualTypeArguments()))
          : Stream.of(field);
    } catch (NoSuchFieldException e) {
      return Stream.of();
    }
  }

  private static String bound(Annotation annotation) {
    if (annotation instanceof Min min) {
      return "min " + min.value();
    }
    if (annotation instanceof Max max) {
      return "max " + max.value();
    }
    if (annotation instanceof MinDuration min) {
      return "min " + min.value() + unit(min.unit());
    }
    if (annotation instanceof MaxDuration max) {
      return "max " + max.value() + unit(max.unit());
    }
    if (annotation instanceof MinDataSize min) {
      return "min " + size(min.unit().toBytes(min.value()));
    }
    if (annotation instanceof Pattern pattern) {
      return pattern.message();
    }
    return annotation instanceof NotEmpty ? "not empty" : "";
  }
}
