/** What tenants used, added up for billing. */
@NullMarked
package dev.flinkreranker.operators.usage;

import org.jspecify.annotations.NullMarked;
