/**
 * Brings a model from a Hub to this machine: the files that are read of it, resumed where they
 * broke off and checked. Only a person's command does this, never a running job.
 */
@NullMarked
package dev.flinkreranker.workbench.hub;

import org.jspecify.annotations.NullMarked;
