package dev.chatmultischema.message;

import dev.chatmultischema.tenant.TenantId;
import java.lang.annotation.Annotation;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import org.jdbi.v3.sqlobject.customizer.SqlStatementCustomizerFactory;
import org.jdbi.v3.sqlobject.customizer.SqlStatementCustomizingAnnotation;
import org.jdbi.v3.sqlobject.customizer.SqlStatementParameterCustomizer;

/**
 * Replaces {@code <partition>} in a statement by the qualified name of the tenant's partition.
 *
 * <p>Statements do not name the parent table, since a generic plan on it locks the partitions of
 * all tenants.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@SqlStatementCustomizingAnnotation(DefinePartition.Factory.class)
@interface DefinePartition {

  /** Defines the attribute {@code partition} from the annotated {@link TenantId}. */
  final class Factory implements SqlStatementCustomizerFactory {
    @Override
    public SqlStatementParameterCustomizer createForParameter(
        Annotation annotation,
        Class<?> type,
        Method method,
        Parameter parameter,
        int index,
        Type of) {
      return (statement, tenant) -> statement.define("partition", ((TenantId) tenant).partition());
    }
  }
}
