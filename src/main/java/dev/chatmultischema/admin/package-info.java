/**
 * The tasks of the admin port: operations on consumers, dead letters, logging and memory. Entry
 * point is {@link dev.chatmultischema.admin.AdminTasks}; {@link
 * dev.chatmultischema.admin.AuditedTask} writes the audit row of each. Tasks run on the admin
 * port's request threads; the package has no threads of its own.
 */
package dev.chatmultischema.admin;
