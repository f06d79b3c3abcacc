/** What commands show to a person: tables that line up, and text that cannot harm a terminal. */
@NullMarked
package dev.flinkreranker.job.terminal;

import org.jspecify.annotations.NullMarked;
