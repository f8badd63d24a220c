/** Access to the admin port: refuses pages of web sites, unexpected hosts and missing tokens. */
package dev.chatmultischema.http.admin;
