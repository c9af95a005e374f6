package dev.traininghealth.numbers;

/**
 * State that can be saved as plain numbers and restored from them. A detector or a clipping rule
 * may implement it, so that it goes on where it was when a listener is restored from a file or a
 * network is set back to a snapshot. One that does not begins anew with a restored listener, and
 * keeps its state at a rollback.
 *
 * <pre>{@code
 * public void save(SavedNumbers to) {
 *   to.put("count", count).put("levels", levels);
 * }
 *
 * public void restore(SavedNumbers from) {
 *   count = from.getLong("count");
 *   levels = from.getDoubles("levels");
 * }
 * }</pre>
 *
 * <p>Both are called by the thread that trains, or by the one that saves, between two iterations.
 * An exception of {@code save} leaves this state out; at one of {@code restore} the object is given
 * back the numbers that it had before. Both are logged as a warning, and nothing else is lost.
 */
public interface Restorable {
  /**
   * Saves all that is needed to go on.
   *
   * @param to takes the numbers; empty
   */
  void save(SavedNumbers to);

  /**
   * Goes on from saved numbers. They may come from a file, and from another version of this class:
   * what is used as an index or a length is to be checked.
   *
   * @param from what {@link #save} wrote
   * @throws IllegalArgumentException if the numbers cannot be used, as {@link SavedNumbers} throws
   *     it for one that is missing
   */
  void restore(SavedNumbers from);
}
