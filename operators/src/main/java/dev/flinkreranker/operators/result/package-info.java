/** Results: their shape on the wire, and how scores become a ranking. */
package dev.flinkreranker.operators.result;
