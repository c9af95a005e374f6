@NullMarked
package dev.traininghealth;

import org.jspecify.annotations.NullMarked;
