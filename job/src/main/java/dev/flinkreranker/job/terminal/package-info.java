/** What commands show to a person: tables that line up, and text that cannot harm a terminal. */
package dev.flinkreranker.job.terminal;
