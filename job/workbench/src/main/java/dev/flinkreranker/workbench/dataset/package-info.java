/** Data sets with a first stage, and those that come with the project. */
package dev.flinkreranker.workbench.dataset;
