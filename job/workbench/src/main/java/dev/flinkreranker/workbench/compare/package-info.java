/** Two rankings side by side: of files by judgments, of live traffic by clicks. */
package dev.flinkreranker.workbench.compare;
