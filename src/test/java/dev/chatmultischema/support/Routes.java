package dev.chatmultischema.support;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.chatmultischema.ChatApplication;
import jakarta.ws.rs.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.glassfish.jersey.server.model.Parameter;
import org.glassfish.jersey.server.model.Resource;

/** The routes of the application port, as Jersey reads them from every resource class there is. */
public final class Routes {

  /** The route of the stream servlet, which is no resource. */
  public static final String STREAM = "GET /messages/stream";

  private static final Set<Class<?>> RESOURCES = find();
  private static final Set<Parameter.Source> READ_FROM_TEXT =
      EnumSet.of(Parameter.Source.PATH, Parameter.Source.QUERY, Parameter.Source.HEADER);

  private Routes() {}

  /** Returns every resource class of the service. */
  public static Set<Class<?>> resources() {
    return RESOURCES;
  }

  private static Set<Class<?>> find() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ChatApplication.class.getPackageName())
            .stream()
            .filter(type -> type.isAnnotatedWith(Path.class))
            .map(JavaClass::reflect)
            .collect(Collectors.toSet());
  }

  /** Returns methods and path templates, as in {@code GET /tenants/{tenant_id}}. */
  public static Set<String> all() {
    var routes = new TreeSet<String>();
    routes.add(STREAM);
    resources().forEach(type -> add(Resource.from(type), "", routes));
    return routes;
  }

  /** A parameter of a resource method. */
  public record RouteParameter(String method, String path, Parameter.Source source, String name) {}

  /** Returns every parameter that resource methods read from a path, a query or a header. */
  public static List<RouteParameter> parameters() {
    var parameters = new ArrayList<RouteParameter>();
    resources().forEach(type -> addParameters(Resource.from(type), "", parameters));
    return parameters;
  }

  private static void addParameters(
      Resource resource, String parent, List<RouteParameter> parameters) {
    var path = path(resource, parent);
    for (var method : resource.getResourceMethods()) {
      for (var parameter : method.getInvocable().getParameters()) {
        if (READ_FROM_TEXT.contains(parameter.getSource())) {
          parameters.add(
              new RouteParameter(
                  method.getHttpMethod(), path, parameter.getSource(), parameter.getSourceName()));
        }
      }
    }
    resource.getChildResources().forEach(child -> addParameters(child, path, parameters));
  }

  private static String path(Resource resource, String parent) {
    return (parent + "/" + resource.getPath()).replaceAll("/+", "/").replaceAll("(.)/$", "$1");
  }

  private static void add(Resource resource, String parent, Set<String> routes) {
    var path = path(resource, parent);
    resource
        .getResourceMethods()
        .forEach(method -> routes.add(method.getHttpMethod() + " " + path));
    resource.getChildResources().forEach(child -> add(child, path, routes));
  }
}
