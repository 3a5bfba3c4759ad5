//===- TextWriter.h - Puts texts together ---------------------------------------------------===//
//
// Stage: sema. What `print` and the holes of texts show, as calls of the runtime's text builder: of one text, or of
// one for each index of a comprehension, all at once (Note [Lists of the run] in RunLists.h).
//
//===----------------------------------------------------------------------------------===//
#ifndef MDL_SEMA_TEXTWRITER_H
#define MDL_SEMA_TEXTWRITER_H

#include "compiler/sema/Elaborator.h"

namespace mdl {

class TextWriter {
public:
  TextWriter(Elaborator &e, SourceRange range) : e(e), range(range) {}
  virtual ~TextWriter() = default;
  /// Adds what is shown of the value.
  void add(const Value &value, const std::string &format);

protected:
  virtual void characters(mlir::Value text) = 0;
  virtual void tensor(const Value &value, mlir::Value format) = 0;
  /// A text in a width.
  virtual void formatted(const Value &text, mlir::Value format) = 0;
  virtual void chosen(const ChoiceValue &choice) = 0;
  /// A text for each index of a comprehension, by its number.
  virtual void numbered(const Elaborator::Tensor &number) = 0;
  virtual void list(const RunListValue &list, const std::string &format) = 0;

  Elaborator &e;
  const SourceRange range;

private:
  void plain(const std::string &text);
  void string(const StringValue &text);
  void hole(const StringValue::Piece &piece);
  void elements(const std::vector<Value> &elements, const std::string &format);
  void record(const RecordValue &record, const std::string &format);
  void model(const ModelValue &model);
  void reportNoText(const Value &value);
};

} // namespace mdl

#endif // MDL_SEMA_TEXTWRITER_H
