import time,resource,io
from sqlalchemy import event
from app.kernel import uow
from app.imports import lifecycle
from app.imports.options import Options
from tests.factories.house import make_house
from tests.factories.imports import ACTOR
from app.kernel.files import FolderStore
from app.workflows.start_import import *
from app.workflows.check_import import *
def test_big(database_engine,tmp_path):
    acc={}
    @event.listens_for(database_engine,"before_cursor_execute")
    def b(conn,cur,st,par,ctx,many): ctx._t=time.time()
    @event.listens_for(database_engine,"after_cursor_execute")
    def a(conn,cur,st,par,ctx,many): k=st[:70].replace("\n"," "); acc[k]=acc.get(k,0)+time.time()-ctx._t
    f=tmp_path/"b.csv"
    with f.open("w") as w:
        w.write("Order ID,Order Date,SKU,Quantity,Sales,City,State,Zip,Note\n")
        for i in range(60_000): w.write(f"A-{(i*7919)%30_000},11/28/2025,TEA-1,1,12.3456,Reno,Nevada,89502,{'x'*60}\n")
    with uow.unit_of_work() as s: make_house(s)
    st=f.open("rb")
    with uow.unit_of_work() as s:
        row=start_import(s,Upload(kind="orders",name="b.csv",stream=st),store=FolderStore(tmp_path/"x"),actor=ACTOR); ask_for_check(s,row.id,columns=dict(row.mapping),options=Options())
    acc.clear()
    t=time.time(); c=time.process_time()
    with uow.unit_of_work() as s: check_import(s,row.id,st)
    print("check",time.time()-t,"cpu",time.process_time()-c)
    for k,v in sorted(acc.items(),key=lambda x:-x[1])[:12]: print("sql",round(v,2),k)
    assert 0
