/** What commands show to a person: tables that line up, and progress while they work. */
package dev.flinkreranker.job.terminal;
