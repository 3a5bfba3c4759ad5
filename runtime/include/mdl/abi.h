/*===- abi.h - The C ABI between generated code and the runtime -----------------===
 *
 * Everything that an object made by the compiler calls, and what it defines. Tensors
 * are `halide_buffer_t` (dimension 0 is the last axis, dense row-major unless said);
 * destinations are allocated by generated code and written by the runtime. No function
 * throws; one that fails prints `file:line:col: error: …` and exits with status 1.
 * `where` is always a place in the program: `file:line:col`, then in lines of their own what messages show of it
 * (compiler/support/RunTimePlace.h). `dtype` is mdl_dtype.
 *
 *===----------------------------------------------------------------------===*/
#ifndef MDL_ABI_H
#define MDL_ABI_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

struct halide_buffer_t;
typedef struct halide_buffer_t mdl_tensor;

/* Element types as the language knows them; a buffer's own type cannot tell u8 from i8 or bool. */
typedef enum mdl_dtype { MDL_F16, MDL_BF16, MDL_F32, MDL_F64, MDL_I8, MDL_U8, MDL_I32, MDL_I64, MDL_BOOL } mdl_dtype;

/*--- Defined by generated code ------------------------------------------------*/

/* Declares the program's name, options and needs by the functions below; called before the flags are read. */
void mdl_declare(void);
/* The program. */
void mdl_main(void);

/*--- Program and options -------------------------------------------------------*/

void mdl_declare_program(const char *name, const char *doc, const char *source_folder);
/* `dtype`: the mdl_dtype that the flag's value must fit. */
void mdl_declare_option_i64(const char *name, int64_t value, int64_t dtype, const char *text);
void mdl_declare_option_f64(const char *name, double value, int64_t dtype, const char *text);
void mdl_declare_option_bool(const char *name, bool value, const char *text);
void mdl_declare_option_string(const char *name, const char *value, const char *text);
int64_t mdl_option_i64(const char *name);
double mdl_option_f64(const char *name);
bool mdl_option_bool(const char *name);
const char *mdl_option_string(const char *name);
/* A key for the next run of the random operation `site` that has no seed of its own: depends on --seed, site and how
 * often it ran. */
int64_t mdl_next_seed(int64_t site);
/* Until the end of these draws keys depend on `key` in place of --seed, and runs are counted anew: what a checkpoint
 * draws the first time and when it is computed again. They nest. */
void mdl_draws_begin(int64_t key);
void mdl_draws_end(void);

/*--- Memory ---------------------------------------------------------------------*/

/* The arena of the program: zeroed, 64-byte aligned, lives to the end. */
void *mdl_arena(int64_t bytes);
void *mdl_alloc(int64_t bytes, const char *where);
void mdl_free(void *memory);
/* Frees the memory at an address where it is owned. */
void mdl_release(int64_t address, bool isOwned);
/* The same for several addresses, which may be one: first all of them, then what stays, each with whether it was owned,
   then the rest is freed. */
void mdl_release_later(int64_t address, bool isOwned);
bool mdl_retain(int64_t address);
void mdl_release_all(void);
/* The elements of `from` in `to`, which has the same sizes. */
void mdl_copy(const mdl_tensor *from, mdl_tensor *to);

/*--- What a loop cannot compute again: numbers in the order in which it met them ------------*/

void *mdl_journal_begin(void);
void mdl_journal_add(void *journal, int64_t value);
/* All elements, in row-major order. */
void mdl_journal_add_all(void *journal, const mdl_tensor *values);
int64_t mdl_journal_size(void *journal);
/* All of it; the journal is gone then. */
void mdl_journal_end(void *journal, mdl_tensor *out);
/* Elements that were added, the first of them as number `first` of what mdl_journal_end gave. */
void mdl_journal_take(const mdl_tensor *entries, int64_t first, mdl_tensor *out);

/*--- Checks ---------------------------------------------------------------------*/

void mdl_assert(bool condition, const char *where, const char *message);
/* The same for a comparison of two numbers, written `lhs` and `rhs`; "" is one whose value its text tells. */
void mdl_assert_whole(bool condition, int64_t a, int64_t b, const char *where, const char *message, const char *lhs,
                      const char *rhs);
void mdl_assert_float(bool condition, double a, double b, int64_t dtype, const char *where, const char *message,
                      const char *lhs, const char *rhs);
void mdl_check_equal_sizes(int64_t a, int64_t b, const char *where, const char *message);
/* `from`, of so many elements, fits in the shape written `to`, which has `wanted`, or with a -1 any multiple of it. */
void mdl_check_reshape(int64_t elements, int64_t wanted, bool isMultiple, const char *where, const char *from,
                       const char *to);
/* `size`, written as `text` in the program, is not negative. */
void mdl_check_size(int64_t size, const char *where, const char *text);
/* `index` lies in [-size, size). */
void mdl_check_index(int64_t index, int64_t size, int64_t axis, const char *where);
/* All of [low, high], which is empty where low > high, lies in [lowest, size). */
void mdl_check_index_range(int64_t low, int64_t high, int64_t lowest, int64_t size, int64_t axis, const char *where);
/* Every element of `indices` (i32 or i64) lies in [-size, size). */
void mdl_check_indices(const mdl_tensor *indices, int64_t size, int64_t axis, const char *where);
/* Stands for the place of what is not read. What a kernel adds to it does not overflow. */
#define MDL_NO_PLACE (-4611686018427387904)
/* Every element of `classes` (i32 or i64) but MDL_NO_PLACE lies in [0, count). */
void mdl_check_classes(const mdl_tensor *classes, int64_t count, const char *where);
/* A kernel would not go over more than 2^31 - 1 elements of an axis. */
void mdl_check_elements(bool tooLarge, const char *where);
/* A kernel gave the code 0. */
void mdl_check_kernel(const char *kernel, int32_t code, const char *where);

/*--- Text: a builder, then an action on what was built ------------------------------*/

/* `format`, which the run puts together, fits a value of `dtype`, or a text where that is MDL_TEXT. */
#define MDL_TEXT (-1)
void mdl_check_format(const char *format, int64_t dtype, const char *where);
void mdl_text_begin(void);
void mdl_text_add(const char *text);
/* `format` is what stood after the colon of a hole (`.4f`), or "". A tensor is written as NumPy does. */
void mdl_text_add_tensor(const mdl_tensor *value, int64_t dtype, const char *format);
/* A text in a width: `>8`. */
void mdl_text_add_formatted(const char *text, const char *format);
void mdl_text_add_i64(int64_t value, const char *format);
void mdl_text_add_f64(double value, const char *format);
/* Writes the text and a newline to standard output. */
void mdl_text_print(void);
/* The text is a table: rows end in newlines, cells are parted by tabs; columns are aligned, the first row is a header.
 */
void mdl_text_print_table(void);
/* Less than, equal to, greater than 0 as `a` stands before, is, stands behind `b`; by bytes. */
int64_t mdl_string_compare(const char *a, const char *b);
/* Whether `part` stands somewhere in `text`. */
bool mdl_string_contains(const char *text, const char *part);
/* The number of characters (code points). */
int64_t mdl_string_length(const char *text);
/* The character at a place, counted from the end where it is negative. */
const char *mdl_string_at(const char *text, int64_t place, const char *where);
/* `text[begin:end:step]`, as Python counts. */
#define MDL_NO_BOUND INT64_MIN
const char *mdl_string_part(const char *text, int64_t begin, int64_t end, int64_t step, const char *where);
/* The text `times` times over; none where that is negative. */
const char *mdl_string_repeat(const char *text, int64_t times, const char *where);
/* The text at a place of several, which stand one after the other and take `bytes` each, or as many as they have where
   that is 0. */
const char *mdl_text_among(const char *texts, int64_t bytes, int64_t place);
/* The text, kept to the end of the program. */
const char *mdl_text_end(void);

/*--- Texts in lists: each text has a number, equal ones the same, to the end of the program --------*/

int64_t mdl_text_number(const char *text);
const char *mdl_text_numbered(int64_t number);
/* The numbers (i64[n]) of n texts, which stand one after the other, each with its end. */
void mdl_texts_split(const char *texts, mdl_tensor *numbers);
/* `count` texts that are put together side by side. To each is added: a text; its row of the values, written as by
   mdl_text_add_tensor; the text of its number, in a format or ""; the one of its place among several, as in
   mdl_text_among. */
void mdl_texts_begin(int64_t count);
void mdl_texts_add(const char *text);
void mdl_texts_add_rows(const mdl_tensor *values, int64_t dtype, const char *format);
void mdl_texts_add_numbered(const mdl_tensor *numbers, const char *format);
void mdl_texts_add_among(const char *texts, int64_t bytes, const mdl_tensor *places);
/* Their numbers. */
void mdl_texts_end(mdl_tensor *numbers);
/* The numbers (i64[n]) of the n characters of a text. */
void mdl_texts_characters(const char *text, mdl_tensor *numbers);
/* Of each text by its number: how many characters it has; whether it stands before (-1) or behind (1) another one;
   whether another one is in it; the number of its character at a place, where `read` says so; that of a part, as in
   mdl_string_part; that of the text as often as its place says. */
void mdl_texts_lengths(const mdl_tensor *numbers, mdl_tensor *lengths);
void mdl_texts_compare(const mdl_tensor *numbers, const mdl_tensor *others, mdl_tensor *orders);
void mdl_texts_contain(const mdl_tensor *numbers, const mdl_tensor *parts, mdl_tensor *found);
void mdl_texts_at(const mdl_tensor *numbers, const mdl_tensor *places, const mdl_tensor *read, const char *where,
                  mdl_tensor *characters);
void mdl_texts_part(const mdl_tensor *numbers, int64_t begin, int64_t end, int64_t step, const char *where,
                    mdl_tensor *parts);
void mdl_texts_repeat(const mdl_tensor *numbers, const mdl_tensor *times, const char *where, mdl_tensor *repeated);
/* Adds them to the text that is being built: `[a, b]`. Or to each of the texts that were begun before them as many as
   belong to it, one behind the other. */
void mdl_text_add_list(void);
void mdl_texts_add_lists(void);

/*--- Drawing: a file in the current folder whose name is printed, or inline in a terminal that can --------*/

/* f64[n] and f64[n] or f64[lines, n]. */
void mdl_plot(const mdl_tensor *x, const mdl_tensor *y, const char *where);
/* [height, width] or [height, width, 3 or 4]; bytes, or f32: shares of 1, a grey image from its smallest to its
 * largest. */
void mdl_show(const mdl_tensor *image, const char *where);

/*--- Random numbers: counter-based, the same for every number of threads ------------*/

void mdl_fill_uniform(int64_t seed, mdl_tensor *out); /* [0, 1) */
void mdl_fill_normal(int64_t seed, mdl_tensor *out);
void mdl_fill_permutation(int64_t seed, mdl_tensor *out); /* i64: 0..n-1 */
/* For each key of an i64 tensor what it draws alone; `out` has the axes of the keys in front. */
void mdl_fill_uniform_each(const mdl_tensor *keys, mdl_tensor *out);
void mdl_fill_normal_each(const mdl_tensor *keys, mdl_tensor *out);
void mdl_fill_permutation_each(const mdl_tensor *keys, mdl_tensor *out);

/*--- What kernels do not do ------------------------------------------------------*/

int64_t mdl_count_nonzero(const mdl_tensor *mask);
void mdl_fill_nonzero(const mdl_tensor *mask, mdl_tensor *out); /* i64 positions of a rank-1 mask */
/* Sorts along the last axis, stable; NaN counts as largest. `indices` is i64. The results have as many of each row as
   there is room for in their last axis: the first ones. */
void mdl_sort(const mdl_tensor *in, int64_t dtype, bool descending, mdl_tensor *values, mdl_tensor *indices);

/*--- Files of tensors (safetensors) -------------------------------------------------*/

/* One file at a time: begin, its tensors, end. */
void mdl_save_begin(const char *path, const char *where);
void mdl_save_tensor(const char *name, const mdl_tensor *value, int64_t dtype);
void mdl_save_end(void);
void *mdl_load_begin(const char *path, const char *where);
/* Name, element type and sizes must be those in the file. */
void mdl_load_tensor(void *file, const char *name, int64_t dtype, mdl_tensor *out);
void mdl_load_end(void *file);

/*--- Data sets -------------------------------------------------------------------
 * A data set has fields (0: inputs, 1: targets) of rows. `schema` is what the compiler saw:
 * the text of dataSchema() in mdl/data.h; a data set that differs now is an error.       */

void *mdl_open_csv(const char *path, const char *label, const char *schema, const char *where);
void *mdl_open_idx(const char *path, const char *schema, const char *where);
/* `channels`: 1 or 3 to convert to, or 0. */
void *mdl_open_images(const char *path, int64_t channels, const char *schema, const char *where);
/* `which`: 0 train, 1 valid. */
void *mdl_data_part(void *data, int64_t which);
void *mdl_data_split(void *data, double valid, int64_t seed, const char *where);
int64_t mdl_data_rows(void *data);
/* All rows of a field. */
void mdl_data_read(void *data, int64_t field, mdl_tensor *out);
/* The rows of a field with these numbers (i64 of rank 1), as mdl_batches_indices gives them. */
void mdl_data_take(void *data, int64_t field, const mdl_tensor *rows, mdl_tensor *out);

/*--- Batches ---------------------------------------------------------------------*/

/* An order of `rows` rows in batches; `data` may be null (then only mdl_batches_rows is used), else batches are
 * prefetched in the background. */
void *mdl_batches_begin(void *data, int64_t rows, int64_t batch, bool shuffle, bool drop_last, int64_t seed,
                        const char *where);
/* Rows of the next batch, 0 at the end or after Ctrl-C. */
int64_t mdl_batches_next(void *batches);
void mdl_batches_field(void *batches, int64_t field, mdl_tensor *out);
/* The current batch's rows of `source`. */
void mdl_batches_rows(void *batches, const mdl_tensor *source, mdl_tensor *out);
/* The numbers of the current batch's rows: i64. */
void mdl_batches_indices(void *batches, mdl_tensor *out);
void mdl_batches_end(void *batches);

/*--- The table of a training run ---------------------------------------------------*/

/* `columns`: comma-separated names of the metrics, after train_loss and valid_loss. */
void mdl_train_begin(int64_t epochs, const char *columns);
void mdl_train_epoch(int64_t epoch, int64_t batches);
/* One step of training: the loss of its batch. `where` is kept until the epoch ends. */
void mdl_train_step(double loss, const char *where);
/* One batch of validation: `metric` 0 is the loss, then the columns; a mean over `rows` rows. */
void mdl_train_valid(int64_t metric, double value, int64_t rows);
/* Prints the row; after Ctrl-C, or a loss that was NaN, the program ends with it. */
void mdl_train_epoch_end(void);
void mdl_train_end(void);
/* The last epoch's validation value of a metric (0: loss). */
double mdl_train_metric(int64_t metric);
/* Ctrl-C was pressed. */
bool mdl_interrupted(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif /* MDL_ABI_H */
