/**
 * The OpenAPI 3.1 document of the service and Swagger UI. {@link
 * dev.chatmultischema.openapi.OpenApi} registers both: {@code ApiDocument} completes {@code
 * openapi/overlay.yaml} with the paths, parameters and types that Swagger's reader derives from the
 * registered resources. Everything runs on request threads; the document is built once, by the
 * first request.
 */
package dev.chatmultischema.openapi;
