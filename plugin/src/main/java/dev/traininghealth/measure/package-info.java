@NullMarked
package dev.traininghealth.measure;

import org.jspecify.annotations.NullMarked;
