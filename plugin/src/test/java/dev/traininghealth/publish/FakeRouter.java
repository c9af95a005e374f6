package dev.traininghealth.publish;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageMetaData;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;

/** A router that can fail or hang, before a storage that keeps what came through. */
final class FakeRouter implements StatsStorageRouter {
  final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  /** Everything that was put, in order. */
  final List<Persistable> puts = new ArrayList<>();

  volatile @Nullable Error failure;
  volatile @Nullable CountDownLatch hang;
  final AtomicInteger attempts = new AtomicInteger();

  /** The thread that put something last. */
  volatile @Nullable Thread caller;

  private void enter() {
    caller = Thread.currentThread();
    attempts.incrementAndGet();
    CountDownLatch latch = hang;
    if (latch != null) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    Error error = failure;
    if (error != null) {
      throw error;
    }
  }

  @Override
  public void putStorageMetaData(StorageMetaData storageMetaData) {
    enter();
    puts.add(storageMetaData);
    storage.putStorageMetaData(storageMetaData);
  }

  @Override
  public void putStaticInfo(Persistable staticInfo) {
    enter();
    puts.add(staticInfo);
    storage.putStaticInfo(staticInfo);
  }

  @Override
  public void putUpdate(Persistable update) {
    enter();
    puts.add(update);
    storage.putUpdate(update);
  }

  @Override
  public void putStorageMetaData(Collection<? extends StorageMetaData> storageMetaData) {
    storageMetaData.forEach(this::putStorageMetaData);
  }

  @Override
  public void putStaticInfo(Collection<? extends Persistable> staticInfo) {
    staticInfo.forEach(this::putStaticInfo);
  }

  @Override
  public void putUpdate(Collection<? extends Persistable> updates) {
    updates.forEach(this::putUpdate);
  }
}
