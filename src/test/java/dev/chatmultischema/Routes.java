package dev.chatmultischema;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.glassfish.jersey.server.model.Resource;

/** The routes of the application port, as Jersey reads them from every resource class there is. */
public final class Routes {

  /** What is no resource, and so must be named. */
  public static final String STREAM = "GET /messages/stream";

  private static final Set<Class<?>> RESOURCES = find();

  private Routes() {}

  /** Every resource class of the service. */
  public static Set<Class<?>> resources() {
    return RESOURCES;
  }

  private static Set<Class<?>> find() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(Routes.class.getPackageName())
            .stream()
            .filter(type -> type.isAnnotatedWith(Path.class))
            .map(JavaClass::reflect)
            .collect(Collectors.toSet());
  }

  /** Methods and path templates, as in {@code GET /tenants/{tenant_id}}. */
  public static Set<String> all() {
    var routes = new TreeSet<String>();
    routes.add(STREAM);
    resources().forEach(type -> add(Resource.from(type), "", routes));
    return routes;
  }

  private static void add(Resource resource, String parent, Set<String> routes) {
    var path = (parent + "/" + resource.getPath()).replaceAll("/+", "/").replaceAll("(.)/$", "$1");
    resource
        .getResourceMethods()
        .forEach(method -> routes.add(method.getHttpMethod() + " " + path));
    resource.getChildResources().forEach(child -> add(child, path, routes));
  }
}
