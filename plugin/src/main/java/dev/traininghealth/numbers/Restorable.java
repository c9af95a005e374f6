package dev.traininghealth.numbers;

/**
 * State that can be saved as plain numbers and restored from them.
 *
 * <p>A detector or a clipping rule may implement it to continue from its saved state when a
 * listener is restored from a file or a network is rolled back. One that does not starts without
 * state in a restored listener, and keeps its state at a rollback.
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
 * <p>Both methods are called between two iterations, by the training thread or the thread that
 * saves. If {@code save} throws, this state is not saved. If {@code restore} throws, it is called
 * again with the previous numbers. Both exceptions are logged as warnings and have no other effect.
 */
public interface Restorable {
  /**
   * Saves all numbers that are needed to continue.
   *
   * @param to receives the numbers; initially empty
   */
  void save(SavedNumbers to);

  /**
   * Restores the state from saved numbers.
   *
   * <p>They may come from a file and from another version of this class. Check what is used as an
   * index or a length.
   *
   * @param from the numbers that {@link #save} wrote
   * @throws IllegalArgumentException if the numbers cannot be used; {@link SavedNumbers} throws it
   *     for a missing one
   */
  void restore(SavedNumbers from);
}
